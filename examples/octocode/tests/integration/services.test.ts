import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticate } from '@/auth/sign-in';
import { closeDb, createDb } from '@/server/db';
import { checkHealth, httpStatus } from '@/server/health';
import { probes } from '@/server/probes';
import { closeRedis } from '@/server/redis';
import { makeTeam } from '../helpers/team';

const options = { version: 'test', draining: false };
let team: Awaited<ReturnType<typeof makeTeam>>;

beforeAll(async () => {
  team = await makeTeam('open sesame');
});
afterAll(async () => {
  await team.remove();
  closeRedis();
  await closeDb();
});

test('healthy with both services', async () => {
  const health = await checkHealth(probes, options);
  expect(health).toMatchObject({ status: 'ok', version: 'test', checks: { database: { status: 'up' }, redis: { status: 'up' } } });
  expect(httpStatus(health)).toBe(200);
});

test('unavailable with 503 when Redis is away, while the database is still reported as up', async () => {
  const redis = new Redis({ host: '127.0.0.1', port: 1, lazyConnect: true, maxRetriesPerRequest: 1 });
  redis.on('error', () => {});
  const health = await checkHealth({ ...probes, redis: () => redis.ping() }, options);
  redis.disconnect();
  expect(health.status).toBe('unavailable');
  expect(health.checks.database?.status).toBe('up');
  expect(health.checks.redis).toMatchObject({ status: 'down', error: expect.any(String) });
  expect(httpStatus(health)).toBe(503);
});

test('unavailable with 503 when the database is away, without its password in the answer', async () => {
  const db = createDb('postgresql://octocode:very-secret@127.0.0.1:1/octocode', 1);
  const health = await checkHealth({ ...probes, database: () => db.$queryRaw`SELECT 1` }, options);
  await db.$disconnect();
  expect(httpStatus(health)).toBe(503);
  expect(health.checks.database?.status).toBe('down');
  expect(JSON.stringify(health)).not.toContain('very-secret');
});

test('only the right password signs in, whatever the case of the address', async () => {
  const { email, id } = team.user;
  expect(await authenticate({ email: email.toUpperCase(), password: 'open sesame' })).toMatchObject({ id, email });
  expect(await authenticate({ email, password: 'open sesame ' })).toBeNull();
  expect(await authenticate({ email: 'nobody@octocode.example', password: 'open sesame' })).toBeNull();
  expect(await authenticate({ email: "' OR 1=1 --", password: 'x' })).toBeNull();
  expect(await authenticate({})).toBeNull();
});
