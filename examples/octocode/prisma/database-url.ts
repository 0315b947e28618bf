import { readFileSync } from 'node:fs';

/** The database URL from DATABASE_URL, or from the file that DATABASE_URL_FILE names (a mounted secret). */
export function databaseUrl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.DATABASE_URL) return environment.DATABASE_URL;
  if (!environment.DATABASE_URL_FILE) return undefined;
  return readFileSync(environment.DATABASE_URL_FILE, 'utf8').trim();
}
