import { Duplex } from 'node:stream';
import { answer, type Engine } from './engine.ts';
import { Refusal } from './world.ts';

/**
 * What `docker system dial-stdio` connects with: one request after the other, answered by an engine
 * of the model.
 */
export function dial(engine: Engine): Duplex {
  let received = '';
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      received += chunk.toString('latin1');
      for (let whole = take(); whole !== undefined; whole = take()) {
        const { pace } = engine.world;
        const answer = () => {
          const said = reply(engine, whole);
          if (!stream.destroyed) stream.push(said);
        };
        if (pace) setTimeout(answer, pace.question(engine, ...lineOf(whole)));
        else {
          const said = reply(engine, whole);
          setImmediate(() => {
            if (!stream.destroyed) stream.push(said);
          });
        }
      }
      done();
    },
    final: (done) => {
      stream.push(null);
      done();
    },
  });
  /** The first whole request of what has come, which is then taken out of it. */
  const take = (): string | undefined => {
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const length = Number(/^content-length: *(\d+)/im.exec(received.slice(0, head))?.[1] ?? 0);
    const end = head + 4 + length;
    if (received.length < end) return undefined;
    const whole = received.slice(0, end);
    received = received.slice(end);
    return whole;
  };
  return stream;
}

function lineOf(request: string): [method: string, path: string] {
  const [, method = '', path = ''] = /^(\S+) (\S+) HTTP/.exec(request) ?? [];
  return [method, path];
}

function reply(engine: Engine, text: string): string {
  engine.world.clock.touch();
  const [method, target] = lineOf(text);
  engine.world.hear?.(engine, `${method} ${target}`);
  const { pathname: path, searchParams: query } = new URL(target, 'http://docker');
  const json = text.slice(text.indexOf('\r\n\r\n') + 4);
  const body = json === '' ? undefined : JSON.parse(Buffer.from(json, 'latin1').toString());
  try {
    return response(200, 'OK', answer(engine, { method, path, query, body }));
  } catch (error) {
    if (error instanceof Refusal) {
      return response(error.status, 'Refused', { message: error.message });
    }
    // A fault of the model itself: no answer would look like one of the engine's.
    engine.world.unknown.push(`${method} ${path}: ${error instanceof Error ? error.stack : error}`);
    return response(500, 'Refused', { message: String(error) });
  }
}

function response(status: number, words: string, content: unknown): string {
  const body = content === undefined ? '' : JSON.stringify(content);
  return `HTTP/1.1 ${status} ${words}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
