import { z } from 'zod';

export const newTask = z.strictObject({
  title: z.string().trim().min(3, { error: 'The title needs at least 3 characters.' }).max(120, { error: 'The title may have at most 120 characters.' }),
  prompt: z.string().trim().min(10, { error: 'Describe the task in at least 10 characters.' }).max(8_000, { error: 'The description may have at most 8000 characters.' }),
});
export type NewTask = z.infer<typeof newTask>;

export const listQuery = z.object({
  status: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED']).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const taskId = z.string().regex(/^[a-z0-9_]{5,64}$/i, { error: 'Not a task id.' });

export const credentials = z.object({
  email: z.string().trim().toLowerCase().pipe(z.email()).refine((value) => value.length <= 254),
  password: z.string().min(1).max(200),
});

/** {field: message}, the first message of each field: what a form can show beside its inputs. */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const result: Record<string, string> = {};
  for (const issue of error.issues) result[issue.path.join('.') || 'body'] ??= issue.message;
  return result;
}
