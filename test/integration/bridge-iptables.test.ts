import { bridgeBehaviour } from "./behaviour/bridge-behaviour.ts";

bridgeBehaviour("iptables");
