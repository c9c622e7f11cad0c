import { useEffect, useState } from "react";
import { ask } from "../api/ask";
import { useConnection } from "../api/connection";
import { JourneyDocument, type JourneyQuery } from "../gql/documents";

/** Where a bot was and what it recorded. */
export type BotJourney = NonNullable<JourneyQuery["bot"]>;

/** How long several events are taken as one reason to read, in milliseconds. */
const pause = 300;

/** A bot's journey, read anew after each of its events. */
export function useJourney(botId: string, latest: number): { journey: BotJourney | null; error: string | null } {
  const { api } = useConnection();
  const [read, setRead] = useState<{ journey: BotJourney | null; error: string | null }>({ journey: null, error: null });
  useEffect(() => {
    let left = false;
    const timer = setTimeout(() => {
      ask(api, JourneyDocument, { id: botId }).then(
        ({ bot }) => !left && setRead({ journey: bot, error: bot ? null : "The server knows no such bot." }),
        (failure: unknown) => !left && setRead((before) => ({ ...before, error: (failure as Error).message })),
      );
    }, pause);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [api, botId, latest]);
  return read;
}
