import { Duplex } from 'node:stream';
import { ActionError } from '../base/errors.ts';
import type { Argv } from './argv.ts';
import { isEngineQuestion } from './engine-question.ts';
import type { Executor } from './executor.ts';
import { quote } from './quote.ts';

/** Whether a command line is one that is known to only read. */
export type ReadForm = (argv: Argv) => boolean;

/** Makes an executor one that only reads. */
export type Guard = <E extends Executor>(executor: E) => E;

/** What a dry run may ask for. Whatever is not in it is refused. */
export interface Reads {
  readonly commands: readonly ReadForm[];
  /** Commands that lead to an engine, which is then asked only what it answers without a change. */
  readonly engineStreams: readonly ReadForm[];
}

/**
 * The form of these words, one by one, and after them any number that match `rest`; none where
 * nothing is said. An option that could make a command write is kept out by not being in `words`,
 * and by a `rest` that matches no option.
 */
export function readForm(words: readonly string[], rest?: RegExp): ReadForm {
  return (argv) =>
    words.every((word, at) => argv[at] === word) &&
    argv.slice(words.length).every((word) => rest?.test(word) ?? false);
}

/**
 * The same executor, through which nothing can be changed: it runs what is known to only read, and
 * refuses everything else before it is sent, with an `ActionError` that names the command. That is
 * a fault of ours, so the error asks to report it.
 */
export function readOnlyExecutor<E extends Executor>(executor: E, reads: Reads): E {
  const { where } = executor;
  return {
    ...executor,
    readsOnly: true,
    run: async (argv, options) => {
      if (!reads.commands.some((isRead) => isRead(argv))) throw changeRefused(where, quote(argv));
      return await executor.run(argv, options);
    },
    open: async (argv) => {
      if (!reads.engineStreams.some((isRead) => isRead(argv))) {
        throw changeRefused(where, quote(argv));
      }
      return questionsOnly(await executor.open(argv), where);
    },
  };
}

/** The length of what is said of a command, in characters: some are scripts. */
const SHOWN = 400;

/** What a dry run says of its own code that wanted to change something. */
export function changeRefused(where: string, what: string): ActionError {
  const said = what.length > SHOWN ? `${what.slice(0, SHOWN)}…` : what;
  return new ActionError(`The dry run refused what is not known to only read on ${where}.`, {
    details: said,
    hint: 'Nothing was changed. This is a fault of Swarm Up and not of your inputs: please report it with these lines.',
  });
}

/**
 * The stream to an engine, which hands on whole questions that only read. The first other one ends
 * it.
 */
function questionsOnly(stream: Duplex, where: string): Duplex {
  const gate = new Duplex({
    allowHalfOpen: false,
    read: () => void stream.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      const text = chunk.toString('latin1');
      if (isWholeQuestion(text)) stream.write(chunk, done);
      else done(changeRefused(where, text.split('\r\n', 1)[0] ?? ''));
    },
    final: (done) => void stream.end(done),
    destroy: (error, done) => {
      stream.destroy();
      done(error);
    },
  });
  stream.on('data', (chunk: Buffer) => {
    if (!gate.push(chunk)) stream.pause();
  });
  stream.pause();
  stream.on('end', () => gate.push(null));
  stream.on('error', (error) => gate.destroy(error));
  stream.on('close', () => gate.destroy());
  return gate;
}

/** The head of one request without a body: node:http writes it in one piece. */
function isWholeQuestion(text: string): boolean {
  const [, method = '', target = '', fields = ''] =
    /^(\S+) (\S+) HTTP\/1\.1\r\n((?:[^\r\n]+\r\n)*)\r\n$/.exec(text) ?? [];
  const hasMore = /^(content-length|transfer-encoding|upgrade):/im.test(fields);
  return !hasMore && isEngineQuestion(method, target);
}
