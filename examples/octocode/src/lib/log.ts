type Fields = Record<string, unknown>;
type Level = 'info' | 'warn' | 'error';

/** An error may carry a connection string; its URL's user part is cut out. */
export function describeError(error: unknown): string {
  const text = error instanceof AggregateError && !error.message
    ? error.errors.map((inner) => describeError(inner)).join('; ')
    : error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\/\/[^\s/@]*@/g, '//***@');
}

/** One JSON object a line in production, so that a log shipper needs no parser; plain text for people otherwise. */
function write(level: Level, message: string, fields: Fields = {}): void {
  const line = process.env.NODE_ENV === 'production'
    ? JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })
    : `[${level}] ${message}${Object.keys(fields).length ? ` ${JSON.stringify(fields)}` : ''}`;
  if (level === 'error') console.error(line);
  else console.log(line);
}

export const log = {
  info: (message: string, fields?: Fields) => write('info', message, fields),
  warn: (message: string, fields?: Fields) => write('warn', message, fields),
  error: (message: string, fields?: Fields) => write('error', message, fields),
};
