"""Why a part was refused, in the words of the person who must do something about it."""
