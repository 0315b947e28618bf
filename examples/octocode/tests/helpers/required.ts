/** The variable's value, or an error that tells how to provide it: a skipped suite would look like a passed one. */
export function required(name: 'DATABASE_URL' | 'REDIS_URL'): string {
  const value = process.env[name];
  if (value) return value;
  const example = name === 'DATABASE_URL' ? 'postgresql://octocode:octocode@localhost:5432/octocode' : 'redis://localhost:6379';
  throw new Error(`These tests need ${name} of a real service, for example ${name}=${example}`);
}
