/** The version of the Host Networking Service: 9.5 of Server 2019, 15.4 of Server 2025. It alone tells what a host can do. */
export interface HnsVersion {
  readonly Major: number;
  readonly Minor: number;
}

export const hnsVersion = (Major: number, Minor: number): HnsVersion => ({ Major, Minor });

/** Less than 0: `a` is older. */
export const compareVersions = (a: HnsVersion, b: HnsVersion): number => a.Major - b.Major || a.Minor - b.Minor;

export const formatVersion = ({ Major, Minor }: HnsVersion): string => `${Major}.${Minor}`;
