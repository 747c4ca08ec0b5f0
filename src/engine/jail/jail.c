/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jail.c - what the reading child may ask of the kernel: memory, its file, its pipe, and to end. Anything else answers EPERM, so a library
 * that looks for a locale goes on without it, and code that a file smuggled in finds no other file, no socket and no program. */
#include "engine/jail/jail_priv.h"

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
static const int online[] = {SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_execve, SYS_execveat,
        SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_unshare, SYS_setns, SYS_mount,
        SYS_io_uring_setup};
enum { FILTER_MAX = 64 };

/* The calls listed get one answer, all others the other. */
static bool filter(const int *calls, size_t n, uint32_t listed, uint32_t others)
{
	struct sock_filter code[FILTER_MAX];
	struct sock_fprog program = {.filter = code};
	size_t k = 0;

	code[k++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[k++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, JAIL_ARCH, 1, 0);
	code[k++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	code[k++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < n; i++)
		code[k++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i], (uint8_t)(n - i), 0);
	code[k++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, others);
	code[k++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, listed);
	program.len = (unsigned short)k;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
_Static_assert(COUNT(allowed) + 6 <= FILTER_MAX && COUNT(online) + 6 <= FILTER_MAX, "room for the filter");
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

bool jail_hold(const struct jail *j)
{
	struct rlimit cpu = {j->seconds, j->seconds}, none = {0, 0};
	int in = j->in >= 0 ? j->in : open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (dup2(in, 0) < 0 || dup2(j->out, 1) < 0 || close_range(3, ~0u, 0) != 0)
		return false;
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
#ifndef JAIL_SANITIZED
	limit_memory(j->memory);
#else
	(void)limit_memory;
#endif
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

bool jail_enter(void)
{
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_FSIZE, &none);
#ifdef JAIL_FILTERS
	return filter(allowed, COUNT(allowed), SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM);
#else
	return false;
#endif
}

bool jail_offline(void)
{
#ifdef JAIL_FILTERS
	return filter(online, COUNT(online), SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW);
#else
	return false;
#endif
}
