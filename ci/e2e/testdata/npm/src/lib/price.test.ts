import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from './price.ts';

test('cents are always two digits', () => {
  assert.equal(format(5), '0.05 €');
  assert.equal(format(129900), '1299.00 €');
  assert.equal(format(-250), '-2.50 €');
});

test('a fraction of a cent is refused', () => {
  assert.throws(() => format(0.5), RangeError);
});
