import { access } from 'node:fs/promises';

/** Whether something is at the path, links followed, that this user can get to. Never rejects. */
export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
