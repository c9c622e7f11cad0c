import type { ClockHoldKind, Persona, ScenarioRunState } from "../gql/documents";

export const stateWords: Record<ScenarioRunState, string> = {
  PLAYING: "is being played",
  PASSED: "as expected",
  FAILED: "not as expected",
  BROKEN: "broke off",
  STOPPED: "stopped",
};

export const holdWords: Record<ClockHoldKind, string> = {
  CALL: "has not answered a call yet",
  CONNECTION: "does not read what was sent",
  SETTLING: "has time to do what follows from its answer",
  NAMED: "holds it",
};

/** As which platform a scenario can be played; the scenario says it, when none is chosen. */
export const personas: readonly (readonly [Persona | "", string])[] = [
  ["", "As the scenario says"],
  ["IDEAL", "Everything that any platform offers"],
  ["ZOOM", "Zoom"],
  ["DIGITAL_SAMBA", "Digital Samba"],
  ["REALTIMEKIT", "Cloudflare RealtimeKit"],
  ["LIVEKIT", "LiveKit"],
];
