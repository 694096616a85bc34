/** What an engine has to do just now. Made before it, for those whose work it is that go about it by that. */
export class EngineLoad {
  changes = 0;
}
