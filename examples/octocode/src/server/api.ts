import type { z } from 'zod';
import { currentMember } from '@/auth';
import type { SessionMember } from '@/auth/member';
import { describeError, log } from '@/lib/log';
import { fieldErrors } from '@/tasks/input';

export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly fields?: Record<string, string>) {
    super(message);
  }
}

const MAX_BODY_BYTES = 64 * 1024;

/** A route that needs a session. Everything it throws becomes JSON; what was not expected is logged, not shown. */
export function route<C>(handler: (member: SessionMember, request: Request, context: C) => Promise<Response>) {
  return async (request: Request, context: C): Promise<Response> => {
    try {
      const member = await currentMember();
      if (!member) throw new ApiError(401, 'Sign in first.');
      return await handler(member, request, context);
    } catch (error) {
      if (error instanceof ApiError) {
        return Response.json({ error: error.message, fields: error.fields }, { status: error.status });
      }
      log.error('request failed', { path: new URL(request.url).pathname, error: describeError(error) });
      return Response.json({ error: 'Something went wrong here. Try again in a moment.' }, { status: 500 });
    }
  };
}

export async function jsonBody<T extends z.ZodType>(request: Request, schema: T): Promise<z.infer<T>> {
  // A form of another site cannot send this type without asking first, which keeps forged posts out.
  if (!request.headers.get('content-type')?.startsWith('application/json')) {
    throw new ApiError(415, 'Send application/json.');
  }
  const text = await request.text();
  if (text.length > MAX_BODY_BYTES) throw new ApiError(413, 'That is too much.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'That is not JSON.');
  }
  return valid(schema, value);
}

export function valid<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ApiError(422, 'Some fields need another look.', fieldErrors(parsed.error));
  return parsed.data;
}
