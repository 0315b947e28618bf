import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '@/generated/prisma/client';
import { commonEnv } from '@/lib/env';
import { existing, shared } from '@/lib/shared';

export function createDb(url: string, poolSize: number): PrismaClient {
  const adapter = new PrismaPg(
    // Fail soon when the database is away: a request that waits for half a minute helps nobody.
    { connectionString: url, max: poolSize, connectionTimeoutMillis: 3_000, idleTimeoutMillis: 30_000 },
    { schema: new URL(url).searchParams.get('schema') ?? undefined },
  );
  return new PrismaClient({ adapter, errorFormat: 'minimal' });
}

/** The process's client. Nothing connects before the first query. */
export const db = (): PrismaClient =>
  shared('db', () => createDb(commonEnv().DATABASE_URL, commonEnv().DATABASE_POOL_SIZE));

export const closeDb = async (): Promise<void> => existing<PrismaClient>('db')?.$disconnect();
