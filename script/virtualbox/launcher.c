// Starts machines of VirtualBox without its kernel module, for tests alone: the process of a machine is told that there is no driver and that
// instructions are to be recompiled, and then does what VBoxHeadless does. Machines have no network among themselves then.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

#define FOLDER "/usr/lib/virtualbox/"

enum { UNRESTRICTED = 1, DRIVERLESS = 4, INTERPRETED = 8 };

static void *load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (!library) fprintf(stderr, "%s\n", dlerror());
  return library;
}

int main(int argc, char **argv, char **environment) {
  void *runtime = load(FOLDER "VBoxRT.so");
  if (!runtime) return 9;
  int code = ((int (*)(int, char ***, uint32_t))dlsym(runtime, "RTR3InitExe"))(argc, &argv, 0);
  if (code >= 0) code = ((int (*)(uint32_t, void *))dlsym(runtime, "SUPR3InitEx"))(UNRESTRICTED | DRIVERLESS | INTERPRETED, NULL);
  if (code < 0) {
    fprintf(stderr, "VirtualBox's library does not begin: %d\n", code);
    return 9;
  }
  void *headless = load(FOLDER "VBoxHeadless.so");
  if (!headless) return 9;
  return ((int (*)(int, char **, char **))dlsym(headless, "TrustedMain"))(argc, argv, environment);
}
