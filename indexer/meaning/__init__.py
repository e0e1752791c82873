"""Optional meaning: vectors of questions and entries, beside the words and never instead of them.

``embedder`` is the port, ``address`` and ``bundled`` are its adapters, ``vectors`` keeps what was made, ``meaning``
weighs the best hits of the words once more. Off unless KB_EMBEDDINGS_URL is set; whatever fails, the words answer.
"""
