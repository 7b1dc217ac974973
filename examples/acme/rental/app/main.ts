import { nearestStations } from "./stations";

// TODO(@ada-r): show the battery of e-bikes as well
export function start(city: string): void {
  for (const station of nearestStations(city)) {
    console.log(station.name, station.free);
  }
}
