import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '@/auth/password';

test('a hash verifies its own password and no other', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^scrypt\$32768\$8\$1\$/);
  expect(hash).not.toContain('correct horse');
  expect(await verifyPassword('correct horse', hash)).toBe(true);
  expect(await verifyPassword('correct horsf', hash)).toBe(false);
  expect(await verifyPassword('', hash)).toBe(false);
});

test('the same password never gives the same hash twice', async () => {
  expect(await hashPassword('again')).not.toBe(await hashPassword('again'));
});

test('differently composed characters are the same password', async () => {
  expect(await verifyPassword('cafe\u0301', await hashPassword('caf\u00e9'))).toBe(true);
});

test.each(['', 'plain', 'bcrypt$1$2$3$4$5', 'scrypt$3$8$1$AAAA$AAAA', 'scrypt$3$8$1$AAAA$' + 'A'.repeat(43)])(
  'a stored value that is no hash of ours never verifies: %s',
  async (stored) => expect(await verifyPassword('x', stored)).toBe(false),
);
