import { encode } from 'next-auth/jwt';
import { expect, test } from 'vitest';
import { readSession } from '@/server/session-cookie';

const secret = 'a secret for tests that is long enough';
const cookie = async (name: string, options: { secret?: string; maxAge?: number; sub?: string } = {}) => {
  const { maxAge = 60, sub = 'u1' } = options;
  return `theme=dark; ${name}=${await encode({ token: { sub }, secret: options.secret ?? secret, salt: name, maxAge })}`;
};

test.each(['authjs.session-token', '__Secure-authjs.session-token'])('reads %s', async (name) => {
  const session = await readSession(await cookie(name), secret);
  expect(session?.userId).toBe('u1');
  expect(Math.abs((session?.expiresAt ?? 0) - Date.now() - 60_000)).toBeLessThan(3_000);
});

test('nothing else is a session', async () => {
  expect(await readSession(undefined, secret)).toBeNull();
  expect(await readSession('theme=dark', secret)).toBeNull();
  expect(await readSession('authjs.session-token=made-up', secret)).toBeNull();
  expect(await readSession(await cookie('authjs.session-token', { secret: `${secret}!` }), secret)).toBeNull();
  expect(await readSession(await cookie('authjs.session-token', { maxAge: -60 }), secret)).toBeNull();
  expect(await readSession(await cookie('authjs.session-token', { sub: '' }), secret)).toBeNull();
});
