#pragma once

/** What a second process of a test does; its exit status is the number of its faults. */
int runProcess(const char *task);
