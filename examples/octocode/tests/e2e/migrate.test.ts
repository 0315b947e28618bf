import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { layOut, run, scratchDatabase } from './release';

let release: ReturnType<typeof layOut>;
let database: Awaited<ReturnType<typeof scratchDatabase>>;
const APPLIED = 'SELECT migration_name AS name, applied_steps_count AS steps FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1';

beforeAll(() => {
  release = layOut();
});
afterAll(() => release.remove());
beforeEach(async () => {
  database = await scratchDatabase();
});
afterEach(() => database.remove());

const migrate = (command: string, env: Record<string, string> = { DATABASE_URL: database.url }) =>
  run(release.dir, 'dist/migrate.mjs', command ? [command] : [], env);
const onDisk = () =>
  readdirSync(path.join(release.dir, 'prisma/migrations'), { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name).sort();

async function withMigration(sql: string, body: (name: string) => Promise<void>) {
  const name = '20990101000000_of_a_test';
  const folder = path.join(release.dir, 'prisma/migrations', name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'migration.sql'), sql);
  await body(name).finally(() => rmSync(folder, { recursive: true }));
}

test('an empty database gets every migration once; a repetition changes nothing', async () => {
  expect(await migrate('status')).toMatchObject({ code: 1 });
  const first = await migrate('deploy');
  expect(first.output).toContain('All migrations have been successfully applied.');
  expect(first.code).toBe(0);
  const applied = await database.query(APPLIED);
  expect(applied).toEqual(onDisk().map((name) => ({ name, steps: 1 })));

  const second = await migrate('deploy');
  expect(second.output).toContain('No pending migrations to apply.');
  expect(second.code).toBe(0);
  expect(await database.query(APPLIED)).toEqual(applied);
  expect(await migrate('status')).toMatchObject({ code: 0, output: expect.stringContaining('Database schema is up to date!') });
});

test('the URL may come from a file', async () => {
  const file = path.join(release.dir, 'database-url');
  writeFileSync(file, `${database.url}\n`);
  expect(await migrate('deploy', { DATABASE_URL_FILE: file })).toMatchObject({ code: 0 });
  expect(await database.query(APPLIED)).toHaveLength(onDisk().length);
});

test('two at once both succeed, and each migration runs once', async () => {
  const both = await Promise.all([migrate('deploy'), migrate('deploy')]);
  expect(both.map(({ code, output }) => (code === 0 ? 'ok' : output))).toEqual(['ok', 'ok']);
  expect(await database.query('SELECT count(*)::int AS n FROM _prisma_migrations')).toEqual([{ n: onDisk().length }]);
});

test('a broken migration fails, leaves nothing half done, and blocks until somebody looks', async () => {
  await withMigration('CREATE TABLE half_done (id INT);\nALTER TABLE nowhere ADD COLUMN x INT;', async (name) => {
    const broken = await migrate('deploy');
    expect(broken.code).toBe(1);
    expect(broken.output).toContain(name);
    expect(broken.output).toContain('migrate: deploy did not succeed');
    expect(await database.query(`SELECT to_regclass('half_done') AS t`)).toEqual([{ t: null }]);
    expect(await database.query(APPLIED)).toHaveLength(onDisk().length - 1);

    const again = await migrate('deploy');
    expect(again.code).toBe(1);
    expect(again.output).toContain('P3009');
  });
});

test('semicolons in functions, strings and comments are no ends of statements', async () => {
  const sql = `-- one; two
CREATE FUNCTION answer() RETURNS TEXT AS $$ BEGIN RETURN 'a;b'; END; $$ LANGUAGE plpgsql;
CREATE TABLE of_a_test AS SELECT answer() AS said;`;
  await withMigration(sql, async () => {
    expect(await migrate('deploy')).toMatchObject({ code: 0 });
    expect(await database.query('SELECT said FROM of_a_test')).toEqual([{ said: 'a;b' }]);
  });
});

test.each([
  ['an unreachable database', { DATABASE_URL: 'postgresql://octocode:hunter2@127.0.0.1:1/octocode' }, 'migrate: the database octocode at 127.0.0.1:1 cannot be used: connect ECONNREFUSED'],
  ['no URL', {}, 'migrate: set DATABASE_URL or DATABASE_URL_FILE.'],
  ['a URL that is none', { DATABASE_URL: 'localhost' }, 'migrate: DATABASE_URL is not a URL.'],
  ['a missing file', { DATABASE_URL_FILE: '/nowhere/url' }, 'migrate: cannot read DATABASE_URL_FILE: ENOENT'],
])('%s is one clear line and exit code 1', async (_case, env, message) => {
  const { code, output } = await migrate('deploy', env as Record<string, string>);
  expect(code).toBe(1);
  expect(output).toContain(message);
  expect(output).not.toContain('hunter2');
  expect(output.trim().split('\n')).toHaveLength(1);
});

test.each(['', 'reset', 'dev'])('"%s" is not a command here', async (command) => {
  expect(await migrate(command)).toMatchObject({ code: 1, output: expect.stringContaining('usage: node dist/migrate.mjs deploy|status') });
});

test('the seed may run again and again, and sets the password it is given', async () => {
  const seed = (env: Record<string, string> = {}) => run(release.dir, 'dist/seed.mjs', [], { DATABASE_URL: database.url, ...env });
  expect((await seed()).code).toBe(1); // no tables yet
  await migrate('deploy');
  const first = await seed();
  expect(first).toMatchObject({ code: 0, output: expect.stringMatching(/password of demo@octocode\.example: \S{16}/) });
  const hash = async () => (await database.query('SELECT password_hash AS h FROM users'))[0]?.h;
  const before = await hash();

  expect(await seed()).toMatchObject({ code: 0, output: expect.stringContaining('0 tasks added') });
  expect(await hash()).toBe(before);
  await seed({ SEED_PASSWORD: 'chosen' });
  expect(await hash()).not.toBe(before);
  expect(await database.query('SELECT (SELECT count(*) FROM users)::int AS users, (SELECT count(*) FROM tasks)::int AS tasks')).toEqual([{ users: 1, tasks: 3 }]);
});
