import { useEffect, useState } from "react";

/** Microphones or cameras, by their ids. Browsers name them once they may be used. */
export type Devices = readonly (readonly [id: string, name: string])[];

/** What stands for the device that the browser chooses, and for none. */
export const whichever = "";
export const none = "none";

/** What this machine hears and sees with. */
export function useDevices(): { microphones: Devices; cameras: Devices } {
  const [list, setList] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    // Pages without TLS, other than on this machine itself, have no devices.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    const read = () => void devices?.enumerateDevices().then(setList, () => undefined);
    read();
    devices?.addEventListener("devicechange", read);
    return () => devices?.removeEventListener("devicechange", read);
  }, []);
  const named = (kind: MediaDeviceKind) => list.filter((one) => one.kind === kind && one.deviceId !== "" && one.label !== "").map((one) => [one.deviceId, one.label] as const);
  return { microphones: named("audioinput"), cameras: named("videoinput") };
}

/** Opens a microphone and a camera. A failure is thrown, in words for people. */
export async function openDevices(microphone: string, camera: string): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new Error("This browser gives microphones to pages with TLS alone. Open the page by https, or on the machine where the server runs.");
  return devices.getUserMedia({ audio: wish(microphone), video: wish(camera) }).catch((error: unknown) => {
    throw new Error(reasons[(error as DOMException).name] ?? `The microphone or the camera can’t be used: ${String(error)}.`);
  });
}

function wish(id: string): boolean | MediaTrackConstraints {
  if (id === none) return false;
  return id === whichever ? true : { deviceId: { exact: id } };
}

const reasons: Record<string, string> = {
  NotAllowedError: "The browser does not let this page use the microphone or the camera. Allow it beside the page’s address, and join again.",
  NotFoundError: "There is no microphone or no camera of that kind. Connect one, or choose another.",
  NotReadableError: "The microphone or the camera is used by another program. Close that one, or choose another.",
  OverconstrainedError: "That microphone or camera is gone. Choose another.",
};
