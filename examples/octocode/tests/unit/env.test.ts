import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EnvError, readAppEnv, readCommonEnv, readWorkerEnv, SECRET_VARIABLES } from '@/lib/env';

const good = {
  DATABASE_URL: 'postgresql://u:p@db:5432/octocode',
  REDIS_URL: 'redis://redis:6379',
  AUTH_SECRET: 'x'.repeat(32),
};
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'octocode-env-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
};
const failure = (source: Record<string, string | undefined>, read = readAppEnv): string => {
  try {
    read(source);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

describe('defaults', () => {
  test('of the app', () => {
    expect(readAppEnv(good)).toMatchObject({ REALTIME_PORT: 3001, REALTIME_URL: '', REALTIME_ORIGINS: [], DRAIN_SECONDS: 3, QUEUE_PREFIX: 'octocode' });
  });
  test('of the worker, which needs no AUTH_SECRET', () => {
    const env = readWorkerEnv({ ...good, AUTH_SECRET: undefined });
    expect(env).toMatchObject({ WORKER_PORT: 3002, WORKER_CONCURRENCY: 2, WORKER_DRAIN_SECONDS: 8 });
    expect(env.ANTHROPIC_API_KEY).toBeUndefined();
  });
  test('also apply to variables that are set to nothing', () => {
    const env = readWorkerEnv({ ...good, WORKER_PORT: '', ANTHROPIC_API_KEY: '' });
    expect([env.WORKER_PORT, env.ANTHROPIC_API_KEY]).toEqual([3002, undefined]);
  });
});

describe('secrets in files', () => {
  test.each(SECRET_VARIABLES)('%s_FILE stands in for the variable, without the final line break', (name) => {
    const value = { ...good, ANTHROPIC_API_KEY: 'sk-test' }[name];
    const source = { ...good, [name]: undefined, [`${name}_FILE`]: file(name, `${value}\n`) };
    expect({ ...readAppEnv({ ...good, ...source }), ...readWorkerEnv({ ...good, ...source }) }).toHaveProperty(name, value);
  });
  test('a variable that is set wins over its file', () => {
    expect(readCommonEnv({ ...good, REDIS_URL_FILE: '/nowhere' }).REDIS_URL).toBe(good.REDIS_URL);
  });
  test('a file that is missing is named', () => {
    expect(failure({ ...good, AUTH_SECRET: '', AUTH_SECRET_FILE: '/nowhere/secret' })).toBe('AUTH_SECRET_FILE: cannot read /nowhere/secret (ENOENT)');
  });
});

describe('mistakes', () => {
  test('are all listed at once', () => {
    const message = failure({ REDIS_URL: good.REDIS_URL, REALTIME_PORT: '70000' });
    expect(message).toContain('DATABASE_URL (or DATABASE_URL_FILE) is not set');
    expect(message).toContain('AUTH_SECRET (or AUTH_SECRET_FILE) is not set');
    expect(message).toContain('REALTIME_PORT');
  });
  test('never repeat the value', () => {
    const message = failure({ ...good, AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@db/x' });
    expect(message).toContain('AUTH_SECRET must have at least 32 characters');
    expect(message).toContain('DATABASE_URL must be a URL that starts with postgres:// or postgresql://');
    expect(message).not.toContain('hunter2');
  });
  test.each([['DRAIN_SECONDS', '-1'], ['DATABASE_POOL_SIZE', '0'], ['NODE_ENV', 'prod'], ['QUEUE_PREFIX', 'a:b'], ['REDIS_URL', 'redis:6379']])(
    '%s=%s is refused',
    (name, value) => expect(failure({ ...good, [name]: value })).toContain(name),
  );
});

test('origins are a list', () => {
  expect(readAppEnv({ ...good, REALTIME_ORIGINS: 'https://a.example, https://b.example,' }).REALTIME_ORIGINS).toEqual(['https://a.example', 'https://b.example']);
});
