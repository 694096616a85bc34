/**
 * Windows lets a view of a file be larger than the file (MEM_RESERVE), and pages of it be committed when the file has grown.
 * Wine 8 refuses both: the view with STATUS_INVALID_VIEW_SIZE, the pages since views of files have none to commit. LMDB
 * maps its file so, and cannot be opened. Loaded into a process, this makes Wine's DLLs do as Windows' do: the file is made
 * as long as the view, and its pages count as committed.
 *
 * It is an addon of Node for `--require`, so that child processes have it too.
 */
#include <stdbool.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

typedef NTSTATUS(NTAPI *CreateSection)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PLARGE_INTEGER, ULONG, ULONG, HANDLE);
typedef NTSTATUS(NTAPI *MapView)(HANDLE, HANDLE, PVOID *, ULONG_PTR, SIZE_T, PLARGE_INTEGER, PSIZE_T, ULONG, ULONG,
                                 ULONG);

typedef LPVOID(WINAPI *Allocate)(LPVOID, SIZE_T, DWORD, DWORD);

#define INVALID_VIEW_SIZE ((NTSTATUS)0xC000001F)

static CreateSection createSection;
static MapView mapView;
static Allocate allocate;

/** LMDB makes a section and maps it at once, on one thread. */
static _Thread_local struct {
  HANDLE section, file;
  ACCESS_MASK access;
  ULONG protection, attributes;
} latest;

static NTSTATUS NTAPI createRemembered(PHANDLE section, ACCESS_MASK access, POBJECT_ATTRIBUTES object,
                                       PLARGE_INTEGER size, ULONG protection, ULONG attributes, HANDLE file) {
  NTSTATUS status = createSection(section, access, object, size, protection, attributes, file);
  latest.section = status >= 0 && file != NULL ? *section : NULL;
  latest.file = file;
  latest.access = access;
  latest.protection = protection;
  latest.attributes = attributes;
  return status;
}

static NTSTATUS NTAPI mapReserved(HANDLE section, HANDLE process, PVOID *address, ULONG_PTR zeroBits, SIZE_T commit,
                                  PLARGE_INTEGER offset, PSIZE_T size, ULONG inherit, ULONG type, ULONG protection) {
  PVOID wantedAddress = *address;
  SIZE_T wantedSize = *size;
  NTSTATUS status = mapView(section, process, address, zeroBits, commit, offset, size, inherit, type, protection);
  if (status != INVALID_VIEW_SIZE || (type & MEM_RESERVE) == 0 || section != latest.section) return status;
  LARGE_INTEGER length = {.QuadPart = (LONGLONG)wantedSize + (offset == NULL ? 0 : offset->QuadPart)};
  HANDLE larger;
  NTSTATUS made = createSection(&larger, latest.access, NULL, &length, latest.protection, latest.attributes, latest.file);
  if (made < 0) return made;
  *address = wantedAddress;
  *size = wantedSize;
  status = mapView(larger, process, address, zeroBits, commit, offset, size, inherit, type, protection);
  CloseHandle(larger);
  return status;
}

static LPVOID WINAPI allocateInView(LPVOID address, SIZE_T size, DWORD type, DWORD protection) {
  LPVOID allocated = allocate(address, size, type, protection);
  if (allocated != NULL || address == NULL || type != MEM_COMMIT) return allocated;
  DWORD error = GetLastError();
  MEMORY_BASIC_INFORMATION found;
  bool isView = VirtualQuery(address, &found, sizeof found) != 0 && found.Type == MEM_MAPPED;
  if (isView && found.State == MEM_COMMIT) return address;
  SetLastError(error);
  return NULL;
}

/** Who asks the module for the function by its name gets ours from now on. The former one; NULL: it cannot be done. */
static void *replaceExport(HMODULE module, const char *name, void *replacement);
static BYTE *jumpNear(BYTE *module, void *target);

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) {
  (void)self;
  (void)reserved;
  HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  bool isWine = GetProcAddress(ntdll, "wine_get_version") != NULL;
  if (reason != DLL_PROCESS_ATTACH || !isWine) return TRUE;
  createSection = (CreateSection)replaceExport(ntdll, "NtCreateSection", (void *)createRemembered);
  mapView = (MapView)replaceExport(ntdll, "NtMapViewOfSection", (void *)mapReserved);
  allocate = (Allocate)replaceExport(GetModuleHandleW(L"kernel32.dll"), "VirtualAlloc", (void *)allocateInView);
  return createSection != NULL && mapView != NULL && allocate != NULL;
}

/** What Node asks of an addon. */
__declspec(dllexport) void *napi_register_module_v1(void *environment, void *exports) {
  (void)environment;
  return exports;
}

static void *replaceExport(HMODULE module, const char *name, void *replacement) {
  BYTE *base = (BYTE *)module;
  const IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
  DWORD directory = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress;
  const IMAGE_EXPORT_DIRECTORY *exports = (IMAGE_EXPORT_DIRECTORY *)(base + directory);
  const DWORD *names = (DWORD *)(base + exports->AddressOfNames);
  const WORD *ordinals = (WORD *)(base + exports->AddressOfNameOrdinals);
  DWORD *functions = (DWORD *)(base + exports->AddressOfFunctions);
  for (DWORD at = 0; at < exports->NumberOfNames; at++) {
    if (strcmp((char *)(base + names[at]), name) != 0) continue;
    DWORD *entry = &functions[ordinals[at]];
    // Which follows to another module, where the entry leads to one.
    void *original = (void *)GetProcAddress(module, name);
    BYTE *jump = jumpNear(base, replacement);
    DWORD before;
    if (jump == NULL || !VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &before)) return NULL;
    *entry = (DWORD)(jump - base);
    VirtualProtect(entry, sizeof *entry, before, &before);
    return original;
  }
  return NULL;
}

/** Exports are 32-bit distances from the module's beginning, and this DLL may be further away. */
static BYTE *jumpNear(BYTE *module, void *target) {
  enum { STEP = 0x10000, STEPS = 0x4000 };
  for (int step = 1; step < STEPS; step++) {
    BYTE *code = VirtualAlloc(module + (SIZE_T)step * STEP, STEP, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    if (code == NULL || code < module) continue;
    // mov rax, target; jmp rax
    BYTE jump[] = {0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xE0};
    memcpy(jump + 2, &target, sizeof target);
    memcpy(code, jump, sizeof jump);
    return code;
  }
  return NULL;
}
