"""What happens to a question when its plain words find too little: repairs and expansions, in a fixed order.

``Forgiveness.attempts`` (``forgive``) gives the steps one after the other. It reads only the question and a
``TermIndex`` made from the collection's own terms (``vocabulary``); it knows neither an engine nor a framework.
"""
