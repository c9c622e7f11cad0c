import type { Client, DocumentInput, AnyVariables } from "@urql/core";

/** Asks once. A failure is thrown, in words for people. */
export async function ask<Data, Variables extends AnyVariables>(
  api: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const result = await api.query(document, variables).toPromise();
  if (result.error) throw new Error(describe(result.error), { cause: result.error });
  if (!result.data) throw new Error("The server answered nothing.");
  return result.data;
}

/** What went wrong, as a sentence for people. */
export function describe(error: { networkError?: Error; graphQLErrors: { message: string }[] }): string {
  if (error.networkError) return "The server does not answer.";
  return error.graphQLErrors.map((e) => e.message).join(" ");
}
