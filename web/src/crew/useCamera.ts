import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
import { keepAwake } from "./awake";
import { hasTorch, isAllowed, openCamera, setTorch, watch } from "./camera";
import type { Code } from "./reader";

export interface CameraState {
  readonly state: "off" | "opening" | "on";
  readonly error: string | null;
  readonly torch: boolean | null; // null: it has none
  readonly open: () => void;
  readonly close: () => void;
  readonly light: (on: boolean) => void;
}

/** The camera on a video element; it starts by itself where that is allowed already. */
export function useCamera(video: RefObject<HTMLVideoElement | null>, onCode: (code: Code) => void): CameraState {
  const [wanted, setWanted] = useState(false);
  const [state, setState] = useState<CameraState["state"]>("off");
  const [error, setError] = useState<string | null>(null);
  const [torch, setTorchState] = useState<boolean | null>(null);
  const stream = useRef<MediaStream | null>(null);
  const visible = useVisible();
  const tell = useRef(onCode); // a new listener is no reason for a new camera
  useEffect(() => void (tell.current = onCode), [onCode]);

  useEffect(() => {
    void isAllowed().then((allowed) => allowed && setWanted(true));
  }, []);

  useEffect(() => {
    if (!wanted || !visible) return;
    const over = new AbortController();
    const sleep = keepAwake();
    const run = async () => {
      setState("opening");
      setError(null);
      const opened = await openCamera();
      stream.current = opened;
      if (over.signal.aborted || !video.current) return stop(opened);
      for (const track of opened.getTracks()) track.addEventListener("ended", () => setWanted(false));
      setTorchState(hasTorch(opened.getVideoTracks()) ? false : null);
      video.current.srcObject = opened;
      await video.current.play();
      setState("on");
      await watch(video.current, (code) => tell.current(code), over.signal);
    };
    run().catch((reason: Error) => {
      if (over.signal.aborted) return;
      setError(reason.message);
      setWanted(false);
    });
    return () => {
      over.abort();
      sleep();
      stop(stream.current);
      setState("off");
      setTorchState(null);
    };
  }, [wanted, visible, video]);

  const light = useCallback((on: boolean) => {
    setTorch(stream.current?.getVideoTracks() ?? [], on).then(
      () => setTorchState(on),
      () => setTorchState(null),
    );
  }, []);
  return { state, error, torch, open: () => setWanted(true), close: () => setWanted(false), light };
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** A page behind others has no business with the camera. */
function useVisible(): boolean {
  const [visible, setVisible] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}
