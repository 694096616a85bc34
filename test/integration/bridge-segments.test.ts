import { bridgeBehaviour } from "./behaviour/bridge-behaviour.ts";

bridgeBehaviour("nftables", { segmentSize: 1 });
