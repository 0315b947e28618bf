import { describe, expect, test } from 'vitest';
import { checkHealth, httpStatus } from '@/server/health';

const up = async () => 'PONG';
const options = { version: '1.2.3', draining: false };

test('ok when everything answers', async () => {
  const health = await checkHealth({ database: up, redis: up }, options);
  expect(health).toMatchObject({ status: 'ok', version: '1.2.3', checks: { database: { status: 'up' }, redis: { status: 'up' } } });
  expect(health.checks.database).not.toHaveProperty('error');
  expect(httpStatus(health)).toBe(200);
});

test('one that is down makes it 503, and the other is still told', async () => {
  const health = await checkHealth({ database: up, redis: () => Promise.reject(new Error('ECONNREFUSED')) }, options);
  expect(health.status).toBe('unavailable');
  expect(health.checks).toMatchObject({ database: { status: 'up' }, redis: { status: 'down', error: 'ECONNREFUSED' } });
  expect(httpStatus(health)).toBe(503);
});

test('one that hangs costs no more than the time limit, and nobody waits for nobody', async () => {
  const hang = () => new Promise(() => {});
  const started = performance.now();
  const health = await checkHealth({ database: hang, redis: hang }, { ...options, timeoutMs: 60 });
  expect(performance.now() - started).toBeLessThan(110);
  expect(health.checks.database).toMatchObject({ status: 'down', error: 'database: no answer within 60 ms' });
});

test('draining is 503 although everything answers', async () => {
  const health = await checkHealth({ database: up }, { ...options, draining: true });
  expect(health.status).toBe('draining');
  expect(httpStatus(health)).toBe(503);
});

describe('passwords in errors', () => {
  test.each([
    new Error('cannot reach postgresql://octocode:hunter2@db:5432/x'),
    new AggregateError([new Error('redis://:hunter2@redis refused')]),
  ])('are cut out: %#', async (error) => {
    const health = await checkHealth({ database: () => Promise.reject(error) }, options);
    expect(health.checks.database?.error).toContain('***@');
    expect(JSON.stringify(health)).not.toContain('hunter2');
  });
});
