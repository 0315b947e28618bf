import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { log } from '@/lib/log';
import { existing, shared } from '@/lib/shared';
import { attempt, sleep, withTimeout } from '@/lib/timeout';
import { jobId } from '@/server/queue';
import { taskView, type TaskRow } from '@/tasks/view';
import { databaseUrl } from '../../prisma/database-url';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('withTimeout passes results and errors on, and ends what takes too long', async () => {
  await expect(withTimeout(Promise.resolve(7), 50, 'it')).resolves.toBe(7);
  await expect(withTimeout(Promise.reject(new Error('own')), 50, 'it')).rejects.toThrow('own');
  await expect(withTimeout(new Promise(() => {}), 10, 'it')).rejects.toThrow('it: no answer within 10 ms');
});

test('attempt neither waits for long nor fails', async () => {
  expect(await attempt(Promise.resolve(), 50)).toBe(true);
  expect(await attempt(Promise.reject(new Error('no')), 50)).toBe(false);
  expect(await attempt(new Promise(() => {}), 10)).toBe(false);
});

test('sleep ends early with the reason of its signal', async () => {
  const controller = new AbortController();
  const sleeping = sleep(60_000, controller.signal);
  controller.abort(new Error('up'));
  await expect(sleeping).rejects.toThrow('up');
  await expect(sleep(1, controller.signal)).rejects.toThrow('up');
  await expect(sleep(1)).resolves.toBeUndefined();
});

test('shared values are made once, and only when asked for', () => {
  const create = vi.fn(() => ({ n: 1 }));
  expect(existing('of-a-test')).toBeUndefined();
  expect(shared('of-a-test', create)).toBe(shared('of-a-test', create));
  expect(create).toHaveBeenCalledTimes(1);
  expect(existing('of-a-test')).toEqual({ n: 1 });
});

test('production logs are one JSON object a line', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const out = vi.spyOn(console, 'log').mockImplementation(() => {});
  log.info('two\nlines', { task: 't' });
  const line = String(out.mock.calls[0]?.[0]);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toMatchObject({ level: 'info', message: 'two\nlines', task: 't', time: expect.any(String) });
});

test('job ids suit BullMQ, which allows no colon, and differ by attempt', () => {
  expect(jobId({ taskId: 'abc', attempt: 2 })).toBe('abc-2');
});

test('a task leaves the server as plain JSON without ids of people or teams', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const row: TaskRow & { teamId: string } = {
    id: 'x', title: 't', prompt: 'p', status: 'QUEUED', progress: 0, steps: [], currentStep: 0, agent: null, result: null, failureReason: null,
    attempt: 1, createdAt: now, updatedAt: now, startedAt: null, finishedAt: now, createdBy: { name: 'Dana' }, teamId: 'secret',
  };
  const view = taskView(row);
  expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  expect(view).toMatchObject({ createdBy: 'Dana', createdAt: now.toISOString(), startedAt: null, finishedAt: now.toISOString() });
  expect(JSON.stringify(view)).not.toContain('secret');
});

test('the database URL of the commands comes from the variable or from its file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'octocode-url-'));
  writeFileSync(path.join(folder, 'url'), 'postgresql://from-file/x\n');
  const DATABASE_URL_FILE = path.join(folder, 'url');
  expect(databaseUrl({ NODE_ENV: 'test', DATABASE_URL_FILE })).toBe('postgresql://from-file/x');
  expect(databaseUrl({ NODE_ENV: 'test', DATABASE_URL: 'postgresql://set/x', DATABASE_URL_FILE })).toBe('postgresql://set/x');
  expect(databaseUrl({ NODE_ENV: 'test' })).toBeUndefined();
  rmSync(folder, { recursive: true });
});
