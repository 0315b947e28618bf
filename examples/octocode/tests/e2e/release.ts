import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { required } from '../helpers/required';

const root = path.resolve(import.meta.dirname, '../..');

/** Lays the build out as the image does, outside the repository, where no node_modules can help by accident. */
export function layOut(): { dir: string; remove: () => void } {
  for (const made of ['.next/standalone/server.js', 'dist/migrate.mjs']) {
    if (!existsSync(path.join(root, made))) throw new Error(`${made} is missing: run "pnpm build" before the e2e tests.`);
  }
  const dir = mkdtempSync(path.join(tmpdir(), 'octocode-e2e-'));
  const copy = (from: string, to: string) => cpSync(path.join(root, from), path.join(dir, to), { recursive: true, verbatimSymlinks: true });
  copy('.next/standalone', '.');
  copy('.next/static', '.next/static');
  for (const folder of ['public', 'dist', 'prisma']) copy(folder, folder);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** An empty database of its own; the role of DATABASE_URL must be allowed to create one. */
export async function scratchDatabase() {
  const name = `octocode_e2e_${randomUUID().slice(0, 8)}`;
  const main = new URL(required('DATABASE_URL'));
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: main.href });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(main);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: async (sql: string): Promise<Record<string, unknown>[]> => {
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      return client.query(sql).then(({ rows }) => rows as Record<string, unknown>[]).finally(() => client.end());
    },
    remove: () => admin(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

export interface Running {
  child: ChildProcess;
  output: () => string;
  ended: Promise<{ code: number | null; signal: string | null; ms: number }>;
}

/** Only these variables reach the process: what it needs must be complete. */
export function start(dir: string, script: string, args: string[], env: Record<string, string>): Running {
  const started = Date.now();
  const child = spawn(process.execPath, [script, ...args], { cwd: dir, env: { NODE_ENV: 'production', HOSTNAME: '127.0.0.1', ...env } as NodeJS.ProcessEnv });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk));
  const ended = new Promise<{ code: number | null; signal: string | null; ms: number }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, ms: Date.now() - started })));
  return { child, output: () => text, ended };
}

export async function run(dir: string, script: string, args: string[], env: Record<string, string>) {
  const running = start(dir, script, args, env);
  const { code, ms } = await running.ended;
  return { code, ms, output: running.output() };
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A browser's memory for cookies, and nothing else of a browser. */
export function visitor(base: string) {
  const cookies = new Map<string, string>();
  const call = async (route: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(base + route, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  };
  const post = (route: string, body: unknown, type = 'application/json') =>
    call(route, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });
  const signIn = async (email: string, password: string) => {
    const { csrfToken } = (await (await call('/api/auth/csrf')).json()) as { csrfToken: string };
    const response = await call('/api/auth/callback/credentials', { method: 'POST', body: new URLSearchParams({ csrfToken, email, password }) });
    return !response.headers.get('location')?.includes('error=');
  };
  return { call, post, signIn, cookie: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
}
