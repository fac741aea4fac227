import { expect, test } from '@jest/globals';
import { windowsLineEnds } from '../../../src/compose/line-ends.ts';

const of = (text: string, platform: NodeJS.Platform = 'win32') =>
  windowsLineEnds(Buffer.from(text), 'deploy/nginx.conf', platform);

test('a config that git has checked out with CRLF is told, with the line for .gitattributes', () => {
  const told = of('server {\r\n}\r\n');
  expect(told).toMatch(/^deploy\/nginx\.conf has Windows line ends \(CRLF\)/);
  expect(told).toContain('`deploy/nginx.conf text eol=lf`');
});

test('nothing is told of Linux line ends, of what is no text, and on other systems', () => {
  expect(of('server {\n}\n')).toBeUndefined();
  expect(of('\0\r\n')).toBeUndefined();
  expect(of('server {\r\n}\r\n', 'linux')).toBeUndefined();
});

test('of a part of a buffer only the part is read', () => {
  const whole = Buffer.from('a\r\nb');
  expect(windowsLineEnds(whole.subarray(3), 'x', 'win32')).toBeUndefined();
});
