import { expect, test } from '@jest/globals';
import { quotaCodeOf } from '../../../../../src/machines/amazonec2/account/quota-code.ts';

test.each([
  ['t3.small', 'L-1216C47A', 'L-34B43A08'],
  ['m7i-flex.large', 'L-1216C47A', 'L-34B43A08'],
  ['is4gen.medium', 'L-1216C47A', 'L-34B43A08'],
  ['i7ie.large', 'L-1216C47A', 'L-34B43A08'],
  ['d3en.xlarge', 'L-1216C47A', 'L-34B43A08'],
  // Names that begin as those of another family do.
  ['dl1.24xlarge', 'L-6E869C2A', 'L-85EED4F7'],
  ['inf2.xlarge', 'L-1945791B', 'L-B5D1601B'],
  ['trn1n.32xlarge', 'L-2C3B7624', 'L-6B0D517C'],
  ['hpc7a.12xlarge', 'L-F7808C92', undefined],
  ['vt1.3xlarge', 'L-DB2E81BA', 'L-3819A6DF'],
  ['gr6.4xlarge', 'L-DB2E81BA', 'L-3819A6DF'],
  ['u-6tb1.metal', 'L-43DA4232', undefined],
  ['u7i-12tb.224xlarge', 'L-43DA4232', undefined],
  ['x2idn.16xlarge', 'L-7295265B', 'L-E3A00192'],
  // Only on dedicated hosts, and nothing of our time.
  ['mac2.metal', undefined, undefined],
  ['', undefined, undefined],
])('%s counts for %s, and as a spot instance for %s', (type, onDemand, spot) => {
  expect([quotaCodeOf(type, false), quotaCodeOf(type, true)]).toEqual([onDemand, spot]);
});
