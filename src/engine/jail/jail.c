/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jail.c - what the reading child may ask of the kernel: memory, its file, its pipe, and to end. Anything else answers EPERM, so a library
 * that looks for a locale goes on without it, and code that a file smuggled in finds no other file, no socket and no program. */
#include "engine/jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define JAIL_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define JAIL_ARCH AUDIT_ARCH_AARCH64
#endif

#if defined(JAIL_ARCH) && !defined(JAIL_SANITIZED)
#define JAIL_FILTERS 1
static const int allowed[] = {SYS_read, SYS_pread64, SYS_write, SYS_lseek, SYS_fstat, SYS_newfstatat, SYS_close, SYS_mmap,
        SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_futex, SYS_getrandom, SYS_clock_gettime, SYS_getpid,
        SYS_gettid, SYS_tgkill, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_restart_syscall, SYS_exit,
        SYS_exit_group};
#endif

static void limit_memory(size_t more)
{
	char z[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, z, sizeof(z) - 1) > 0) {
		rlim_t now = strtoul(z, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
		struct rlimit memory = {now + more, now + more};
		setrlimit(RLIMIT_AS, &memory);
	}
	if (fd >= 0)
		close(fd);
}

bool jail_hold(int in, int out, size_t memory, unsigned seconds)
{
	struct rlimit cpu = {seconds, seconds}, none = {0, 0};

	if ((in >= 0 && dup2(in, 0) < 0) || dup2(out, 1) < 0 || close_range(3, ~0u, 0) != 0)
		return false;
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
#ifndef JAIL_SANITIZED
	limit_memory(memory);
#else
	(void)limit_memory;
	(void)memory;
#endif
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

bool jail_enter(void)
{
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_FSIZE, &none);
#ifdef JAIL_FILTERS
	enum { N = COUNT(allowed), HEAD = 4 };
	struct sock_filter code[HEAD + N + 2];
	struct sock_fprog program = {.len = COUNT(code), .filter = code};
	size_t n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, JAIL_ARCH, 1, 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < N; i++)
		code[n++] =
		        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)allowed[i], (uint8_t)(N - i), 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
	return false;
#endif
}
