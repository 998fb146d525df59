"""System calls by name, with their numbers on the two machines that we know: what a child may use, and on what terms.

A list of what is allowed: whatever is not here is refused with EPERM. No import, no logic.
"""

ALLOWED = """
# what is open already
read                 0   63   write                1   64   readv               19   65
writev              20   66   pread64             17   67   pwrite64            18   68
preadv             295   69   pwritev            296   70   preadv2            327  286
pwritev2           328  287   lseek                8   62   close                3   57
close_range        436  436   fstat                5   80   getdents            78    -
getdents64         217   61   ftruncate           77   46   fallocate          285   47
fsync               74   82   fdatasync           75   83   flock               73   32
fstatfs            138   44
# names; what may be opened or changed is Landlock's to say
lstat                6    -   stat                 4    -   newfstatat         262   79
statx              332  291   access              21    -   faccessat          269   48
faccessat2         439  439   readlink            89    -   readlinkat         267   78
getcwd              79   17   statfs             137   43   creat               85    -
mkdir               83    -   mkdirat            258   34   rmdir               84    -
unlink              87    -   unlinkat           263   35   rename              82    -
renameat           264   38   renameat2          316  276   link                86    -
linkat             265   37   symlink             88    -   symlinkat          266   36
chdir               80   49   fchdir              81   50   umask               95  166
# memory
munmap              11  215   mremap              25  216   madvise             28  233
msync               26  227   brk                 12  214
# signals to itself, and waiting
rt_sigaction        13  134   rt_sigprocmask      14  135   rt_sigreturn        15  139
rt_sigpending      127  136   rt_sigtimedwait    128  137   rt_sigsuspend      130  133
sigaltstack        131  132   restart_syscall    219  128   pause               34    -
pipe                22    -   pipe2              293   59   dup                 32   23
dup2                33    -   dup3               292   24   select              23    -
pselect6           270   72   poll                 7    -   ppoll              271   73
wait4               61  260   waitid             247   95
# time
nanosleep           35  101   clock_nanosleep    230  115   clock_gettime      228  113
clock_getres       229  114   gettimeofday        96  169   time               201    -
times              100  153   getitimer           36  102   setitimer           38  103
alarm               37    -
# who and where it is
getpid              39  172   getppid            110  173   gettid             186  178
getpgrp            111    -   getpgid            121  155   getsid             124  156
getuid             102  174   geteuid            107  175   getgid             104  176
getegid            108  177   getresuid          118  148   getresgid          120  150
getgroups          115  158   uname               63  160   sysinfo             99  179
getrusage           98  165   getrlimit           97  163   setrlimit          160  164
getpriority        140  141   sched_getaffinity  204  123   getcpu             309  168
getrandom          318  278
# what the C library does by itself
futex              202   98   set_robust_list    273   99   get_robust_list    274  100
rseq               334  293   set_tid_address    218   96   membarrier         324  283
sched_yield         24  124   exit                60   93   exit_group         231   94
"""
"""Allowed always. Each entry: name, number on x86_64, number on aarch64."""

CONDITIONAL = """
open                 2    -   openat             257   56   mmap                 9  222
mprotect            10  226   kill                62  129   tgkill             234  131
ioctl               16   29   fcntl               72   25   prlimit64          302  261
prctl              157  167
"""
"""Allowed for some arguments; see `seccomp.TERMS`."""

UNKNOWN = """
clone3             435  435   openat2            437  437   memfd_create       319  279
copy_file_range    326  285   sendfile            40   71   futex_waitv        449  449
"""
"""Answered as by a kernel that never heard of them: their callers then do without."""

FIRST_UNKNOWN = 452
"""Calls from this number on are newer than this list; they too are answered as unknown."""


def numbers(table: str, machine: str) -> dict[str, int]:
    """Read one of the tables for "x86_64" or "aarch64"."""
    words = [word for line in table.splitlines() if not line.startswith("#") for word in line.split()]
    column = {"x86_64": 1, "aarch64": 2}[machine]
    entries = [words[at : at + 3] for at in range(0, len(words), 3)]
    return {entry[0]: int(entry[column]) for entry in entries if entry[column] != "-"}
