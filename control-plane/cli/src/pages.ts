import type { PageQuery } from '@corpusmill/client';

/** A page of a list. */
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const MAX_PAGE = 500;

/** Fetches pages until `limit` items are there or the list ends; `nextCursor` says where to go on. */
export async function collectPages<T>(
  fetchPage: (query: PageQuery) => Promise<Page<T>>,
  limit: number,
): Promise<Page<T>> {
  const items: T[] = [];
  let nextCursor: string | null = null;
  do {
    const cursor: PageQuery = nextCursor === null ? {} : { cursor: nextCursor };
    const page = await fetchPage({ limit: Math.min(MAX_PAGE, limit - items.length), ...cursor });
    items.push(...page.items);
    nextCursor = page.nextCursor;
  } while (nextCursor !== null && items.length < limit);
  return { items, nextCursor };
}
