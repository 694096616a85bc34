#pragma once
#include "call.h"

bool networkModify(Call *call, Json *network, Json *request);
