import { existsSync } from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { databaseUrl } from './database-url.ts';

// The Prisma CLI runs its schema engine as WebAssembly over the pg driver, because native engines are neither
// downloaded nor shipped. Version 6.19 leaves gaps on that path; this file closes them.

/** What the CLI gets when no database is configured: `prisma generate` needs a URL, but never connects to it. */
export const UNSET_URL = 'postgresql://unset:unset@127.0.0.1:1/unset';

// The adapter knows no type that occurs in catalogs only. Present each as the ordinary type with the same text form.
const ORDINARY_TYPE = new Map([
  [18, 1042], // "char"   -> bpchar
  [19, 25], //   name     -> text
  [1002, 1014], // "char"[] -> bpchar[]
  [1003, 1009], // name[]   -> text[]
]);

type RowDescription = { fields: { dataTypeID: number }[] };
type Wire = { on(event: 'rowDescription', listener: (message: RowDescription) => void): void };

class CatalogClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as { connection: Wire };
    connection.on('rowDescription', ({ fields }) => {
      for (const field of fields) field.dataTypeID = ORDINARY_TYPE.get(field.dataTypeID) ?? field.dataTypeID;
    });
  }
}

/** The engine arms timers of 10 s and 60 s and never clears them: they must not keep a finished command alive. */
function unrefLongTimers(): void {
  const original = globalThis.setTimeout;
  const patched = (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => {
    const timer = original(callback, delay, ...args);
    if (delay !== undefined && delay >= 10_000) timer.unref();
    return timer;
  };
  globalThis.setTimeout = Object.assign(patched, original) as typeof setTimeout;
}

export function prepareCli(): void {
  // For developers; with a configuration file the CLI no longer reads .env itself. What is set already stays.
  if (existsSync('.env')) process.loadEnvFile('.env');
  // With a schema error or without a URL the CLI goes looking for a native query engine to download. Any existing
  // file stops that; engineType "client" never loads it. (PRISMA_SCHEMA_ENGINE_BINARY must not be faked likewise:
  // a stub that exits 0 would turn a failed migration into a success.)
  process.env.PRISMA_QUERY_ENGINE_LIBRARY ??= '/dev/null';
  process.env.PRISMA_HIDE_UPDATE_MESSAGE ??= '1';
  process.env.CHECKPOINT_DISABLE ??= '1';
  process.env.DATABASE_URL = databaseUrl() ?? UNSET_URL;
  unrefLongTimers();
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/**
 * The stock adapter cuts a script at every semicolon, also inside strings, comments and function bodies, and runs the
 * pieces one by one: a migration that fails half-way stays half applied. Sent as a whole, PostgreSQL does the parsing
 * and makes it one transaction, which is what the native engine does.
 */
function sendScriptsWhole(adapter: Adapter): Adapter {
  adapter.executeScript = async (sql) => {
    await adapter.executeRaw({ sql, args: [], argTypes: [] });
  };
  return adapter;
}

class CliAdapter extends PrismaPg {
  constructor(private readonly settings: pg.PoolConfig, private readonly schema: string) {
    super(settings, { schema });
  }

  override async connect(): Promise<Adapter> {
    return sendScriptsWhole(await super.connect());
  }

  /** As the stock one, but the shadow database is left before it is dropped, and dropped even if a client hangs on. */
  override async connectToShadowDb(): Promise<Adapter> {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    const main = await this.connect();
    await main.executeScript(`CREATE DATABASE "${name}"`);
    const shadow = await new CliAdapter({ ...this.settings, database: name }, this.schema).connect();
    const leave = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await leave();
      await main.executeScript(`DROP DATABASE "${name}" WITH (FORCE)`);
      await main.dispose();
    };
    return shadow;
  }
}

export function cliAdapter(): PrismaPg {
  const url = process.env.DATABASE_URL ?? UNSET_URL;
  // Discrete fields, because a shadow database replaces `database` only: with a connection string its steps would
  // run on the main database. An unconnected client does the parsing, so TLS options of the URL count as well.
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: url });
  const settings: pg.PoolConfig = {
    host,
    port,
    user,
    password: password ?? undefined,
    database,
    ssl,
    connectionTimeoutMillis: 5_000,
    // One connection that is never dropped for being idle: the engine's advisory lock belongs to the session, and a
    // pool that closes it between two steps would let a second deploy in. It does not keep the process alive either.
    max: 1,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
    Client: CatalogClient as unknown as pg.PoolConfig['Client'],
  };
  return new CliAdapter(settings, new URL(url).searchParams.get('schema') ?? 'public');
}
