/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIT_BOARDS_HOST_H
#define CPIT_BOARDS_HOST_H

#include "../board.h"

/* board.c: fills cpit_board, but for the command line; time counts from here. */
void cpit_host_begin(void);

/* console.c: after cpit_config_init(). */
void cpit_console_init(void);
/* Whether some of the guest's stdout found no room. */
bool cpit_console_lost(void);

#endif
