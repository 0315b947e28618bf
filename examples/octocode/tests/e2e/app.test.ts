import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TaskView } from '../../src/tasks/view';
import { required } from '../helpers/required';
import { until } from '../helpers/until';
import { freePort, layOut, run, type Running, scratchDatabase, start, visitor } from './release';

const EMAIL = 'demo@octocode.example';
const PASSWORD = 'a password of the e2e tests';
let release: ReturnType<typeof layOut>;
let database: Awaited<ReturnType<typeof scratchDatabase>>;
let env: Record<string, string>;
const running: Running[] = [];

async function app(extra: Record<string, string> = {}) {
  const [port, realtime] = [await freePort(), await freePort()];
  const process = start(release.dir, 'server.js', [], { ...env, PORT: String(port), REALTIME_PORT: String(realtime), ...extra });
  running.push(process);
  const base = `http://127.0.0.1:${port}`;
  await until('the app', async () => (await fetch(`${base}/api/health`)).status > 0, 20_000).catch((error: unknown) => {
    throw new Error(process.output(), { cause: error });
  });
  return { ...process, base, realtime: `http://127.0.0.1:${realtime}` };
}
async function worker(extra: Record<string, string> = {}) {
  const port = await freePort();
  const process = start(release.dir, 'dist/worker.mjs', [], { ...env, WORKER_PORT: String(port), ...extra });
  running.push(process);
  const base = `http://127.0.0.1:${port}`;
  await until('the worker', async () => (await fetch(`${base}/health`)).ok);
  return { ...process, base };
}
const member = async (base: string) => {
  const person = visitor(base);
  expect(await person.signIn(EMAIL, PASSWORD)).toBe(true);
  return person;
};
const taskOf = async (response: Response) => ((await response.json()) as { task: TaskView }).task;
const INPUT = { title: 'Of the e2e tests', prompt: 'Go through everything once, please.' };

beforeAll(async () => {
  release = layOut();
  database = await scratchDatabase();
  env = {
    DATABASE_URL: database.url,
    REDIS_URL: required('REDIS_URL'),
    AUTH_SECRET: 'e2e-tests-only-0123456789abcdef0123456789',
    QUEUE_PREFIX: `e2e-${process.pid}`,
    APP_VERSION: '9.9.9-e2e',
    AGENT_STEP_DELAY_MS: '30',
    DRAIN_SECONDS: '1',
  };
  expect((await run(release.dir, 'dist/migrate.mjs', ['deploy'], env)).code).toBe(0);
  expect((await run(release.dir, 'dist/seed.mjs', [], { ...env, SEED_PASSWORD: PASSWORD })).code).toBe(0);
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await database.remove();
  release.remove();
});

test('from sign-in to a finished task, with events at a second replica', async () => {
  const [one, two] = [await app(), await app()];
  const working = await worker();
  const nobody = visitor(one.base);
  expect((await nobody.call('/api/tasks')).status).toBe(401);
  expect((await nobody.post('/api/tasks', INPUT)).status).toBe(401);
  expect((await nobody.call('/dashboard')).headers.get('location')).toBe('/');
  expect(await nobody.signIn(EMAIL, 'wrong')).toBe(false);

  const person = await member(one.base);
  const socket = io(two.realtime, { transports: ['websocket'], extraHeaders: { cookie: person.cookie() } });
  const events: TaskView[] = [];
  socket.on('task', ({ task }: { task: TaskView }) => events.push(task));
  await until('the socket', () => socket.connected);

  expect((await person.post('/api/tasks', { title: 'x' })).status).toBe(422);
  expect((await person.post('/api/tasks', INPUT, 'text/plain')).status).toBe(415);
  const created = await person.post('/api/tasks', INPUT);
  expect(created.status).toBe(201);
  const { id } = await taskOf(created);
  await until('the end', () => events.at(-1)?.status === 'SUCCEEDED');
  expect(new Set(events.map((event) => event.id))).toEqual(new Set([id]));
  const done = (await (await person.call(`/api/tasks/${id}`)).json()) as { task: TaskView; lines: unknown[] };
  expect(done.task).toMatchObject({ status: 'SUCCEEDED', progress: 100 });
  expect(done.lines.length).toBeGreaterThan(8);
  expect((await person.post(`/api/tasks/${id}/retry`, null)).status).toBe(409);
  expect((await person.call('/api/tasks/nothing_here')).status).toBe(404);
  expect(await (await person.call(`/tasks/${id}`)).text()).toContain(INPUT.title);

  const metrics = await (await nobody.call('/api/metrics')).text();
  expect(metrics).toContain('octocode_http_requests_total{route="/api/tasks",method="POST",status="201"} 1');
  expect(metrics).toContain('octocode_http_requests_total{route="/api/tasks",method="POST",status="401"} 1');
  expect(metrics).toContain('octocode_http_requests_total{route="/api/tasks/:id/retry",method="POST",status="409"} 1');
  expect(metrics).toMatch(/octocode_queue_jobs\{state="completed"\} 1\n/);
  expect(metrics).toMatch(/octocode_tasks\{status="succeeded"\} 3\n/);
  expect(metrics).toContain('process_cpu_user_seconds_total');
  expect(await (await fetch(`${working.base}/metrics`)).text()).toContain('octocode_jobs_total{outcome="done"} 1');
  socket.close();
});

test('health names what is down, and a task that cannot be queued is failed with a reason', async () => {
  const sick = await app({ REDIS_URL: 'redis://127.0.0.1:1' });
  const response = await fetch(`${sick.base}/api/health`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ status: 'unavailable', version: '9.9.9-e2e', checks: { database: { status: 'up' }, redis: { status: 'down' } } });

  const person = await member(sick.base);
  const refused = await person.post('/api/tasks', INPUT);
  expect(refused.status).toBe(503);
  expect(await taskOf(refused)).toMatchObject({ status: 'FAILED', failureReason: expect.stringContaining('queue could not be reached') });
  const scrape = async () => (await fetch(`${sick.base}/api/metrics`)).text();
  await scrape(); // a failed source shows up in the next scrape
  const metrics = await scrape();
  expect(metrics).not.toMatch(/^octocode_queue_jobs\{/m);
  expect(metrics).toMatch(/octocode_scrape_errors_total\{source="redis"\} [12]\n/);

  const leaving = Date.now();
  sick.child.kill('SIGTERM');
  expect((await sick.ended).code).toBe(0);
  expect(Date.now() - leaving).toBeLessThan(6_000);
});

test('on SIGTERM the app turns unhealthy, keeps serving for a while, and ends with 0', async () => {
  const leaving = await app();
  expect((await fetch(`${leaving.base}/api/health`)).status).toBe(200);
  const before = Date.now();
  leaving.child.kill('SIGTERM');
  const health = await until('draining', async () => {
    const response = await fetch(`${leaving.base}/api/health`);
    return response.status === 503 && response;
  });
  expect(await health.json()).toMatchObject({ status: 'draining', checks: { database: { status: 'up' } } });
  expect((await fetch(leaving.base)).status).toBe(200);
  expect((await leaving.ended).code).toBe(0);
  expect(Date.now() - before).toBeGreaterThanOrEqual(1_000);
  expect(Date.now() - before).toBeLessThan(4_000);
});

test('on SIGTERM a worker hands back what it cannot finish, and ends with 0', async () => {
  for (const { child } of running) if (child.spawnargs.includes('dist/worker.mjs')) child.kill('SIGTERM');
  const serving = await app();
  const slow = await worker({ AGENT_STEP_DELAY_MS: '20000', WORKER_DRAIN_SECONDS: '1' });
  const person = await member(serving.base);
  const { id } = await taskOf(await person.post('/api/tasks', INPUT));
  const status = async () => (await taskOf(await person.call(`/api/tasks/${id}`))).status;
  await until('the start', async () => (await status()) === 'RUNNING');
  slow.child.kill('SIGTERM');
  await until('draining', async () => (await fetch(`${slow.base}/health`)).status === 503);
  expect((await slow.ended).code).toBe(0);
  expect(await status()).toBe('QUEUED');
  await worker();
  await until('the end', async () => (await status()) === 'SUCCEEDED');
});

test('a wrong environment is told in full, and nothing starts', async () => {
  const { code, output } = await run(release.dir, 'dist/worker.mjs', [], { WORKER_PORT: 'x' });
  expect(code).toBe(1);
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'WORKER_PORT']) expect(output).toContain(name);
});
