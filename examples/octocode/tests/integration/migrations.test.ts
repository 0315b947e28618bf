import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';

const folder = path.resolve(import.meta.dirname, '../../prisma/migrations');
const schema = `itest_${randomUUID().replaceAll('-', '')}`;
let client: pg.Client;

const names = async () =>
  (await readdir(folder, { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => e.name).sort();
const sqlOf = (name: string) => readFile(path.join(folder, name, 'migration.sql'), 'utf8');

beforeEach(async () => {
  client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
});
afterEach(async () => {
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
});

test('every migration of the folder is recorded as finished', async () => {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1',
  );
  expect(rows.map(({ name }) => name)).toEqual(await names());
});

test('the second migration gives everybody who is already there a team, and their tasks with it', async () => {
  const [first, second] = await names();
  await client.query(`CREATE SCHEMA ${schema}; SET search_path TO ${schema}`);
  await client.query(await sqlOf(first ?? ''));
  await client.query(`INSERT INTO users (id, email, name, password_hash) VALUES ('u1', 'a@x.example', 'Ada', 'h'), ('u2', 'b@x.example', 'Bo', 'h')`);
  await client.query(`INSERT INTO tasks (id, title, prompt, updated_at, created_by_id) VALUES ('t1', 'Old', 'A task from before', now(), 'u2')`);

  await client.query(await sqlOf(second ?? ''));

  const { rows } = await client.query(
    'SELECT tasks.id, tasks.attempt, teams.name AS team, users.team_id = tasks.team_id AS same FROM tasks JOIN users ON users.id = created_by_id JOIN teams ON teams.id = tasks.team_id',
  );
  expect(rows).toEqual([{ id: 't1', attempt: 1, team: "Bo's team", same: true }]);
  const { rows: teams } = await client.query<{ n: string }>('SELECT count(*) AS n FROM teams');
  expect(teams[0]?.n).toBe('2');
});
