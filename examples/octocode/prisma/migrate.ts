import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { databaseUrl } from './database-url.ts';

// The command of the production image, which has no package manager: `node dist/migrate.mjs deploy|status`, run where
// prisma/ lies. It checks what can be checked beforehand, then hands over to the real Prisma CLI beside it.

const COMMANDS = ['deploy', 'status'];

function stop(message: string): never {
  console.error(`migrate: ${message}`);
  process.exit(1);
}

function reasonOf(error: unknown): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return inner instanceof Error ? inner.message : String(inner);
}

async function query<T extends pg.QueryResultRow>(connectionString: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Prisma reports an unreachable database in several lines; whoever reads a deployment log wants one. */
async function reach(connectionString: string): Promise<void> {
  const { host, port, database } = new pg.Client({ connectionString });
  await query(connectionString, 'SELECT 1').catch((error: unknown) => {
    stop(`the database ${database} at ${host}:${port} cannot be used: ${reasonOf(error)}`);
  });
}

/** Names of the migrations on disk that the database does not have. A success is believed only after this. */
async function missing(connectionString: string): Promise<string[]> {
  const schema = new URL(connectionString).searchParams.get('schema') ?? 'public';
  const table = `${pg.escapeIdentifier(schema)}._prisma_migrations`;
  const rows = await query<{ name: string }>(
    connectionString,
    `SELECT migration_name AS name FROM ${table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const applied = new Set(rows.map(({ name }) => name));
  const onDisk = await readdir(path.resolve('prisma/migrations'), { withFileTypes: true });
  return onDisk.filter((entry) => entry.isDirectory() && !applied.has(entry.name)).map((entry) => entry.name);
}

const command = process.argv[2] ?? '';
if (!COMMANDS.includes(command) || process.argv.length > 3) stop(`usage: node dist/migrate.mjs ${COMMANDS.join('|')}`);

let url: string | undefined;
try {
  url = databaseUrl();
} catch (error) {
  stop(`cannot read DATABASE_URL_FILE: ${(error as Error).message}`);
}
if (!url) stop('set DATABASE_URL or DATABASE_URL_FILE.');
if (!URL.canParse(url)) stop('DATABASE_URL is not a URL.');
const schema = path.resolve('prisma/schema.prisma');
if (!existsSync(schema)) stop(`${schema} is missing; run this in the folder that holds prisma/.`);
await reach(url);

let verified = false;
process.once('beforeExit', (code) => {
  if (code !== 0) return;
  missing(url).then(
    (names) => (names.length ? stop(`Prisma reports success, but these are not applied: ${names.join(', ')}`) : (verified = true)),
    (error: unknown) => stop(`Prisma reports success, but that cannot be verified: ${reasonOf(error)}`),
  );
});
process.on('exit', (code) => {
  if (code === 0 && verified) return;
  if (code === 0) process.exitCode = 1;
  console.error(`migrate: ${command} did not succeed, see above.`);
});
const build = path.join(import.meta.dirname, 'migrate', 'build');
process.argv.splice(1, Infinity, 'prisma', 'migrate', command, '--config', path.join(build, 'prisma.config.mjs'));
await import(path.join(build, 'prisma.mjs'));
