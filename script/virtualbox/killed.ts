import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type ActionOptions, startAction } from '../action-runner.ts';
import { begin, end, known, site } from './site.ts';

// The main step is killed at a command, and its post removes what there is, in the container of
// script/virtualbox/check. The bundle in dist/ runs.

const directory = join(site.root, 'job');
const workspace = join(site.root, 'workspace');

beforeEach(() => {
  begin();
  mkdirSync(workspace, { recursive: true });
});
afterEach(end);

const optionsOf = (stage: ActionOptions['stage']): ActionOptions => ({
  ...{ stage, directory, workspace, env: site.env },
  inputs: {
    ...{ driver: 'virtualbox', cluster: 'killed', nodes: '1', 'compose-file': '-' },
    'driver-options': `no-vtx-check: true\nvboxmanage: /opt/VBoxManage\nimage: ${site.image}\nmemory: 256m`,
  },
});

for (const command of [
  'clonemedium',
  'createvm',
  'setextradata',
  'modifyvm',
  'createmedium',
  'modifymedium',
  'storagectl',
  'storageattach',
  'startvm',
]) {
  test(`main killed at ${command}, which reaches VirtualBox late: post leaves nothing`, async () => {
    writeFileSync(join(site.root, 'kill'), command);
    const main = await startAction(optionsOf('main')).result;
    assert.equal(main.signal, 'SIGKILL', main.lines.join('\n'));
    const { state } = main;
    const post = await startAction({ ...optionsOf('post'), state, jobStatus: 'failure' }).result;
    assert.equal(post.exitCode, 0, post.lines.join('\n'));
    assert.ok(post.lines.includes('Nothing of cluster killed is left.'), post.lines.join('\n'));
    assert.equal(known(), '');
  });
}
