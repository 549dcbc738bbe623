/** A worker that plays the server: ten times a second a frame of JSON in which a tenth of all trucks have moved. */

const FRAMES = 10; // a second
const STEP = 0.0004; // degrees in a second, about 30 m
const SPREAD = { lat: 0.09, lon: 0.28 }; // degrees around the centre: all stay in view

/** The frames of `count` trucks on their rounds, one after the other for ever. */
function* drives(count: number): Generator<string> {
  const places = Array.from({ length: count }, () => ({
    lat: (Math.random() * 2 - 1) * SPREAD.lat,
    lon: (Math.random() * 2 - 1) * SPREAD.lon,
    heading: Math.random() * 360,
  }));
  for (let frame = 0; ; frame = (frame + 1) % FRAMES) {
    const envelopes: string[] = [];
    for (let number = frame; number < count; number += FRAMES) {
      const place = places[number]!;
      place.heading = (place.heading + Math.random() * 40 - 20 + 360) % 360;
      place.lat = within(place.lat + STEP * Math.cos((place.heading * Math.PI) / 180), SPREAD.lat);
      place.lon = within(place.lon + STEP * Math.sin((place.heading * Math.PI) / 180), SPREAD.lon);
      envelopes.push(envelope(number, place));
    }
    yield `[${envelopes.join(",")}]`;
  }
}

function envelope(number: number, { lat, lon, heading }: { lat: number; lon: number; heading: number }): string {
  const payload = { at: new Date().toISOString(), lat: 52 + lat, lon: 5 + lon, accuracy: 5, speed: 12, heading };
  return JSON.stringify({ topic: `rentguy/bench/position/truck-${number}`, payload });
}

function within(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

onmessage = ({ data: count }: MessageEvent<number>) => {
  const all = drives(count);
  for (let first = 0; first < FRAMES; first++) self.postMessage(all.next().value);
  setInterval(() => self.postMessage(all.next().value), 1000 / FRAMES);
};
