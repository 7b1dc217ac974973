export interface Station {
  name: string;
  free: number;
}

export function nearestStations(city: string): Station[] {
  // FIXME(@old-hand): the order is that of the database [2026-03-01]
  return [{ name: `${city} Central`, free: 4 }];
}
