/* SPDX-License-Identifier: GPL-3.0-or-later
 * tied PROGRAM ARGUMENT...: becomes PROGRAM, which gets SIGTERM when whoever started it is gone, however that went.
 *
 * The tests could do this between fork and exec themselves, but then Python has to fork, and the page tables of a process
 * of its size are dearer to copy than most runs of the program under test; what needs nothing in between is started by vfork.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
