"""Ground floor: types, file formats, plug-ins and the command-line frame."""
