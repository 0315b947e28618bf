import { encode } from 'next-auth/jwt';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalAgent } from '@/agent/local';
import { appEnv } from '@/lib/env';
import { closeDb, db } from '@/server/db';
import { metrics } from '@/server/metrics';
import { closeQueue, queue } from '@/server/queue';
import { type Realtime, startRealtime } from '@/server/realtime';
import { closeRedis } from '@/server/redis';
import { createTask, findTask, listTasks, retryTask } from '@/tasks/service';
import type { LogLine, TaskView } from '@/tasks/view';
import { reconcile } from '@/worker/reconcile';
import { HandBack } from '@/worker/run-task';
import { createWorker } from '@/worker/worker';
import { makeTeam } from '../helpers/team';
import { until } from '../helpers/until';

const PORT = 3901;
const COOKIE = 'authjs.session-token';
let mine: Awaited<ReturnType<typeof makeTeam>>;
let other: Awaited<ReturnType<typeof makeTeam>>;
let realtime: Realtime;
let worker: ReturnType<typeof createWorker>;
let handBack: AbortController;

const settings = () => ({ QUEUE_PREFIX: appEnv().QUEUE_PREFIX, WORKER_CONCURRENCY: 2 });
const startWorker = (delay = 20) => {
  handBack = new AbortController();
  worker = createWorker(settings(), new LocalAgent(delay), handBack.signal);
};
const statusOf = async (id: string) => (await findTask(mine.team.id, id))?.task.status;
const input = (prompt: string) => ({ title: 'A task of a test', prompt });

async function connect(userId: string | null, origin = `http://localhost:${PORT}`): Promise<Socket> {
  const token = userId && (await encode({ token: { sub: userId }, secret: appEnv().AUTH_SECRET, salt: COOKIE, maxAge: 60 }));
  return io(`http://localhost:${PORT}`, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin, ...(token ? { cookie: `${COOKIE}=${token}` } : {}) },
  });
}
const outcome = (socket: Socket) =>
  new Promise<string>((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('connect_error', (error) => resolve(error.message));
  });

beforeAll(async () => {
  [mine, other] = [await makeTeam(), await makeTeam()];
  realtime = await startRealtime(PORT);
  startWorker();
});
afterAll(async () => {
  await worker.close();
  await realtime.close();
  await queue().obliterate({ force: true });
  await closeQueue();
  closeRedis();
  await mine.remove();
  await other.remove();
  await closeDb();
});

test('a task goes through the queue to a worker, and its team sees every step live', async () => {
  const [socket, stranger] = [await connect(mine.user.id), await connect(other.user.id)];
  expect(await Promise.all([outcome(socket), outcome(stranger)])).toEqual(['connected', 'connected']);
  const events: { task: TaskView; line?: LogLine }[] = [];
  const foreign: unknown[] = [];
  socket.on('task', (event) => events.push(event));
  stranger.on('task', (event) => foreign.push(event));

  const task = await createTask(mine.member, input('Improve the dashboard page a little.'));
  expect(task).toMatchObject({ status: 'QUEUED', progress: 0, attempt: 1, createdBy: 'Tess Tester' });
  await until('the last event', () => events.some((event) => event.task.status === 'SUCCEEDED'));

  expect([...new Set(events.map((event) => event.task.status))]).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  const progress = events.map((event) => event.task.progress);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(new Set(progress)).toEqual(new Set([0, 20, 40, 60, 80, 100]));
  expect(foreign).toEqual([]);

  const found = await findTask(mine.team.id, task.id);
  expect(found?.task).toMatchObject({ status: 'SUCCEEDED', progress: 100, agent: 'local', failureReason: null });
  expect(found?.task.result).toContain('A task of a test: done.');
  expect(found?.task.steps).toHaveLength(5);
  expect(found?.lines.map(({ message }) => message)).toEqual(events.flatMap(({ line }) => (line ? [line.message] : [])));
  expect(await findTask(other.team.id, task.id)).toBeNull();
  socket.close();
  stranger.close();
});

test('a failed task tells why, and a retry runs it once more', async () => {
  const task = await createTask(mine.member, input('Something that works the second time. [flaky]'));
  await until('the failure', async () => (await statusOf(task.id)) === 'FAILED');
  const failed = await findTask(mine.team.id, task.id);
  expect(failed?.task.failureReason).toMatch(/^The checks failed: \d+ of \d+ did not pass/);
  expect(failed?.lines.at(-1)).toMatchObject({ level: 'error', message: failed?.task.failureReason });

  expect(await retryTask(other.team.id, task.id)).toBe('missing');
  expect(await retryTask(mine.team.id, task.id)).toMatchObject({ status: 'QUEUED', attempt: 2, failureReason: null });
  await until('the success', async () => (await statusOf(task.id)) === 'SUCCEEDED');
  expect(await retryTask(mine.team.id, task.id)).toBe('not-failed');
});

test('pressing retry twice at once queues one attempt', async () => {
  const task = await createTask(mine.member, input('Never works at all. [fail]'));
  await until('the failure', async () => (await statusOf(task.id)) === 'FAILED');
  const answers = await Promise.all([retryTask(mine.team.id, task.id), retryTask(mine.team.id, task.id)]);
  expect(answers.filter((answer) => answer === 'not-failed')).toHaveLength(1);
  await until('the second failure', async () => (await statusOf(task.id)) === 'FAILED');
  expect((await findTask(mine.team.id, task.id))?.task.attempt).toBe(2);
});

test('a worker that stops hands its task back, and the next one finishes it', async () => {
  await worker.close();
  startWorker(5_000);
  const task = await createTask(mine.member, input('Takes longer than the worker lives.'));
  await until('the start', async () => (await statusOf(task.id)) === 'RUNNING');
  handBack.abort(new HandBack());
  await worker.close();
  expect(await findTask(mine.team.id, task.id)).toMatchObject({ task: { status: 'QUEUED', progress: 0, attempt: 1 } });

  startWorker();
  await until('the success', async () => (await statusOf(task.id)) === 'SUCCEEDED');
});

test('open tasks whose job is gone are queued again', async () => {
  const { id } = await db().task.create({
    data: { ...input('Its job was lost with Redis.'), teamId: mine.team.id, createdById: mine.user.id },
  });
  expect(await reconcile(60_000)).toMatchObject({ queued: 0 }); // too young to be lost
  const later = Date.now() + 120_000;
  expect((await reconcile(60_000, later)).queued).toBeGreaterThanOrEqual(1);
  await until('the success', async () => (await statusOf(id)) === 'SUCCEEDED');
});

test.each([
  ['without a cookie', null, undefined, 'unauthorized'],
  ['for an account that is gone', 'nobody', undefined, 'unauthorized'],
  ['from the page of another site', 'mine', 'https://evil.example', 'websocket error'],
])('no socket %s', async (_case, who, origin, expected) => {
  const socket = await connect(who === 'mine' ? mine.user.id : who, origin);
  expect(await outcome(socket)).toBe(expected);
  socket.close();
});

test('the list is newest first, filtered and limited', async () => {
  const all = await listTasks(mine.team.id, { limit: 50 });
  expect(all.map(({ createdAt }) => createdAt)).toEqual(all.map(({ createdAt }) => createdAt).sort().reverse());
  expect(await listTasks(mine.team.id, { limit: 2 })).toHaveLength(2);
  const failed = await listTasks(mine.team.id, { status: 'FAILED', limit: 50 });
  expect(failed.map(({ status }) => status)).toEqual(['FAILED']);
  expect(await listTasks(other.team.id, { limit: 50 })).toEqual([]);
});

test('metrics count what is in the queue and in the database', async () => {
  const text = await metrics().registry.metrics();
  const value = (series: string) => Number(new RegExp(`^${series.replace(/[{}]/g, '\\$&')} (\\d+)`, 'm').exec(text)?.[1]);
  const inDatabase = await db().task.count({ where: { status: 'SUCCEEDED' } });
  expect(value('octocode_tasks{status="succeeded"}')).toBe(inDatabase);
  expect(value('octocode_queue_jobs{state="waiting"}')).toBe(0);
  expect(value('octocode_queue_jobs{state="completed"}')).toBeGreaterThanOrEqual(4);
  expect(value('octocode_jobs_total{outcome="failed"}')).toBeGreaterThanOrEqual(2);
  expect(value('octocode_jobs_total{outcome="handed-back"}')).toBe(1);
});
