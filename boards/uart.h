/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 16550: receive/transmit, FIFO control, line status.  A trigger level of 14
 * lets QEMU hand over as many bytes at a time; with 1, input by hand is 10 times
 * slower.
 */
#ifndef CPIT_BOARDS_UART_H
#define CPIT_BOARDS_UART_H

enum {
	THR = 0,
	FCR = 2, FCR_ON = 0xc1,
	LSR = 5, LSR_DATA = 1, LSR_THRE = 0x20,
};

#endif
