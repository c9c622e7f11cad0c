import type { AnyVariables, Client, TypedDocumentNode } from "@urql/core";
import { ask } from "./ask";

/** A page of a list, as every list of the API has them. */
export interface Page<Row> {
  nodes: readonly Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/**
 * Reads a list page by page and tells each page as it comes. It stops when the
 * signal says so, or when there is no list.
 */
export async function readPages<Data, Variables extends { after?: string | null | undefined }, Row>(
  api: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pageOf: (data: Data) => Page<Row> | null | undefined,
  tell: (rows: readonly Row[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (let after: string | null | undefined = variables.after; ; ) {
    const page = pageOf(await ask<Data, AnyVariables>(api, document, { ...variables, after }));
    if (!page || signal?.aborted) return;
    tell(page.nodes);
    if (!page.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}
