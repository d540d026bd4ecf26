"""Recognition of basic handwritten math symbols by a convolutional network with data augmentation (Sultan et al.)."""
