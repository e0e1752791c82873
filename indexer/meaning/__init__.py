"""Optional meaning: vectors of questions and entries, beside the words and never instead of them.

``embedder`` is the port, ``address`` and ``bundled`` are its adapters, ``guarded`` leaves one that failed alone for a
while. ``passages`` tells what of an entry becomes a vector, ``vectors`` keeps what was made, ``making`` makes what is
missing, ``asking`` gets a question's vector in time or does without, ``meaning`` weighs the best hits of the words once
more. Off unless KB_EMBEDDINGS_URL is set; whatever fails, the words answer.
"""
